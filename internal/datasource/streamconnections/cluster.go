package streamconnections

import "github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"

var cluster = attribute.Object{
	"cluster_name": attribute.Text("clusterName", "Name of the Atlas cluster."),
	"cluster_project_id": attribute.Text("clusterGroupId", "ID of the project that contains the cluster (`clusterGroupId` in the API), "+
		"24 hexadecimal digits. Null if the cluster is in the same project as the connection."),
	"db_role_to_execute": attribute.Nested("dbRoleToExecute", "Database role that the connection uses on the cluster.", attribute.Object{
		"role": attribute.Text("role", "Name of the built-in or custom role."),
		"type": attribute.Text("type", "Type of the role: `BUILT_IN` or `CUSTOM`."),
	}),
}
