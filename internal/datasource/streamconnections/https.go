package streamconnections

// https maps the type Https.
var https = fields[connection]{
	"url": text("URL that requests go to.", func(c connection) *string { return c.Url }),
	"headers": sensitiveTextMap("Headers of the requests by name. Plan output hides them, since they can carry tokens.",
		func(c connection) map[string]*string { return c.Headers }),
}
