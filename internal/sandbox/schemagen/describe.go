package main

import (
	"strings"
	"unicode"
)

// describe returns the description of the field at path. types are the types of connections that have it; none means all.
func describe(path, types []string, writeOnly bool) string {
	name := path[len(path)-1]
	text := textFor(path)
	switch {
	case len(path) == 1 && len(types) > 0 && text == "":
		text = "For " + enumerate(types) + "."
	case len(path) == 1 && len(types) > 0:
		text = "For " + enumerate(types) + ": " + uncapitalized(text)
	case name == "links":
		text = descriptions["links"]
	case len(path) == 1 && text == "":
		text = "Field `" + name + "` of any connection."
	case text == "":
		text = "Field `" + name + "` of `" + path[len(path)-2] + "`."
	}
	if writeOnly {
		text += " Atlas never returns it, and the sandbox does not serve it."
	}
	return text
}

// textFor returns the description of the path or, if there is none, of as many of its last names as possible, at least two.
func textFor(path []string) string {
	for i := range max(1, len(path)-1) {
		if text := descriptions[strings.Join(path[i:], ".")]; text != "" {
			return text
		}
	}
	return ""
}

// enumerate lists names as a sentence does: `A` and `B`, or `A`, `B`, and `C`.
func enumerate(names []string) string {
	last := len(names) - 1
	switch last {
	case 0:
		return "`" + names[0] + "`"
	case 1:
		return "`" + names[0] + "` and `" + names[1] + "`"
	}
	return "`" + strings.Join(names[:last], "`, `") + "`, and `" + names[last] + "`"
}

// uncapitalized returns a sentence that begins with a lowercase letter, for use after a colon, unless it begins with an
// abbreviation such as URL.
func uncapitalized(sentence string) string {
	letters := []rune(sentence)
	if len(letters) > 1 && !unicode.IsUpper(letters[1]) {
		letters[0] = unicode.ToLower(letters[0])
	}
	return string(letters)
}

// descriptions describe the fields of a connection, by path or by the last two names of the path. Other fields are described by
// their type or their parent, so a new type needs no line here.
var descriptions = map[string]string{ //nolint:gosec // descriptions of credentials
	"id":     "Unique identifier of the connection.",
	"links":  "Links to other resources. They are ignored, because Atlas returns none today.",
	"name":   "Name of the connection, unique in its instance.",
	"region": "Region of the connection.",
	"state":  "State of the connection, such as `READY`.",
	"type":   "Type of the connection. Types that Atlas does not have yet are served, too.",

	"authentication":               "How the connection authenticates to the brokers.",
	"aws":                          "Access to Amazon Web Services.",
	"azure":                        "Access to Azure.",
	"bootstrapServers":             "Addresses of the brokers, separated by commas.",
	"clusterGroupId":               "ID of the project that contains the cluster, if it is a different project.",
	"clusterName":                  "Name of the cluster.",
	"config":                       "More settings of the Kafka client.",
	"dbRoleToExecute":              "Database role that the connection uses.",
	"gcp":                          "Access to Google Cloud.",
	"headers":                      "Headers of the requests.",
	"networking":                   "Network settings.",
	"provider":                     "Provider of the registry, such as `CONFLUENT`.",
	"publicPrivateNetworking":      "Network settings.",
	"schemaRegistryAuthentication": "How the connection authenticates to the registry.",
	"schemaRegistryUrls":           "URLs of the registry.",
	"security":                     "Transport security.",
	"url":                          "URL of the requests.",

	"access.connectionId":                      "ID of the private link connection.",
	"access.name":                              "Name of the access.",
	"access.tgwRouteId":                        "ID of the transit gateway route.",
	"authentication.aws":                       "Access to Amazon Web Services.",
	"authentication.clientId":                  "OIDC client ID.",
	"authentication.clientSecret":              "OIDC client secret.",
	"authentication.httpsCaPem":                "CA certificate that Atlas uses to verify the token endpoint, in PEM format.",
	"authentication.mechanism":                 "`PLAIN`, `SCRAM-256`, `SCRAM-512`, `OAUTHBEARER`, or `AWS_MSK_IAM`.",
	"authentication.method":                    "Method of `OAUTHBEARER`, which is `OIDC`.",
	"authentication.password":                  "Password of the user.",
	"authentication.saslOauthbearerExtensions": "Extensions of `OAUTHBEARER`.",
	"authentication.scope":                     "OIDC scope.",
	"authentication.sslCertificate":            "Client certificate, in PEM format.",
	"authentication.sslKey":                    "Key of the client certificate.",
	"authentication.sslKeyPassword":            "Password of the key of the client certificate.",
	"authentication.tokenEndpointUrl":          "URL of the OIDC token endpoint.",
	"authentication.username":                  "Name of the user.",
	"aws.roleArn":                              "ARN of the IAM role that Atlas assumes.",
	"aws.testBucket":                           "Name of the S3 bucket that Atlas uses to check the role.",
	"azure.region":                             "Region of the storage account.",
	"azure.servicePrincipalId":                 "ID of the service principal that Atlas uses.",
	"azure.storageAccountName":                 "Name of the storage account.",
	"dbRoleToExecute.role":                     "Name of the built-in or custom role.",
	"dbRoleToExecute.type":                     "`BUILT_IN` or `CUSTOM`.",
	"gcp.serviceAccountId":                     "Email address of the service account that Atlas uses.",
	"networking.access":                        "Network access.",
	"networking.access.type":                   "`PUBLIC`, `VPC`, `PRIVATE_LINK`, or `TRANSIT_GATEWAY`.",
	"publicPrivateNetworking.access":           "Network access.",
	"publicPrivateNetworking.access.type":      "`PUBLIC` or `PRIVATE_LINK`.",
	"schemaRegistryAuthentication.password":    "Password of the user.",
	"schemaRegistryAuthentication.type":        "`USER_INFO` or `SASL_INHERIT`.",
	"schemaRegistryAuthentication.username":    "Name of the user.",
	"security.brokerPublicCertificate":         "CA certificate that Atlas uses to verify the brokers, in PEM format.",
	"security.protocol":                        "`SASL_PLAINTEXT`, `SASL_SSL`, `SSL`, or `PLAINTEXT`.",
}
