package streamconnections

import "go.mongodb.org/atlas-sdk/v20250312001/admin"

// awsLambda maps the type AWSLambda.
var awsLambda = fields[connection]{"aws": aws, "networking": publicPrivateNetworking}

// s3 maps the type S3.
var s3 = fields[connection]{"aws": aws, "networking": networking}

// awsKinesisDataStreams maps the type AWSKinesisDataStreams.
var awsKinesisDataStreams = fields[connection]{"aws": aws, "networking": networking}

var aws = object("AWS settings.", func(c connection) *admin.StreamsAWSConnectionConfig { return c.Aws }, awsFields)

var awsFields = fields[*admin.StreamsAWSConnectionConfig]{
	"role_arn": text("ARN of the IAM role that Atlas assumes.",
		func(a *admin.StreamsAWSConnectionConfig) *string { return a.RoleArn }),
	"test_bucket": text("Name of the S3 bucket that the role is checked with.",
		func(a *admin.StreamsAWSConnectionConfig) *string { return a.TestBucket }),
}
