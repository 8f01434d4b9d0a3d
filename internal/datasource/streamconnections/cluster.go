package streamconnections

import "go.mongodb.org/atlas-sdk/v20250312001/admin"

// cluster maps the type Cluster.
var cluster = fields[connection]{
	"cluster_name": text("Name of the Atlas cluster.", func(c connection) *string { return c.ClusterName }),
	"cluster_project_id": text("ID of the project that the cluster belongs to (`clusterGroupId` of the API), 24 hexadecimal digits.",
		func(c connection) *string { return c.ClusterGroupID }),
	"db_role_to_execute": object("Database role that the connection uses on the cluster.",
		func(c connection) *admin.DBRoleToExecute { return c.DbRoleToExecute }, dbRole),
}

var dbRole = fields[*admin.DBRoleToExecute]{
	"role": text("Name of the built-in or custom role.", func(r *admin.DBRoleToExecute) *string { return r.Role }),
	"type": text("Type of the role: `BUILT_IN` or `CUSTOM`.", func(r *admin.DBRoleToExecute) *string { return r.Type }),
}
