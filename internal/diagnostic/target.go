package diagnostic

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Target contains the arguments that identify a project and a stream processing instance.
type Target struct {
	ProjectID, InstanceName, WorkspaceName types.String
}

// Instance returns the name of the instance and the argument that sets it.
func (t Target) Instance() (name string, argument path.Path) {
	if !t.WorkspaceName.IsNull() {
		return t.WorkspaceName.ValueString(), path.Root("workspace_name")
	}
	return t.InstanceName.ValueString(), path.Root("instance_name")
}
