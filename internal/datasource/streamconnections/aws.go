package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"

var awsLambda = attribute.Object{"aws": aws, "networking": publicPrivateNetworking}

var s3 = attribute.Object{"aws": aws, "networking": networking}

var awsKinesisDataStreams = attribute.Object{"aws": aws, "networking": networking}

var aws = attribute.Nested("aws", "AWS settings.", attribute.Object{
	"role_arn":    attribute.Text("roleArn", "ARN of the IAM role that Atlas assumes."),
	"test_bucket": attribute.Text("testBucket", "Name of the S3 bucket that Atlas uses to check the role."),
})
