# A training fabric for 256 GPUs: 32 servers with 8 GPUs each.
#
# Frontend: 2 x 200G per server to two leaves. Backend: 8 x 400G per server, one per GPU, rail
# optimized: rail n of every server ends on the same leaf.
# The plan comes to 9 switches and 512 cables; nothing here says so.

terraform {
  required_providers {
    hedgehog = {
      source = "githedgehog/hedgehog"
    }
  }
}

# NETBOX_SERVER_URL and NETBOX_API_TOKEN tell where NetBox is.
provider "hedgehog" {}

variable "site" {
  description = "Slug of the NetBox site."
  type        = string
  default     = "dc1"
}

variable "servers" {
  description = "Number of GPU servers."
  type        = number
  default     = 32
}

resource "hedgehog_topology_plan" "training" {
  name = "training-256"
  site = var.site

  switch_classes = {
    fe-leaf      = hedgehog_switch_class.fe_leaf
    fe-spine     = hedgehog_switch_class.fe_spine
    be-rail-leaf = hedgehog_switch_class.be_rail_leaf
    be-spine     = hedgehog_switch_class.be_spine
  }
  server_classes = {
    compute = hedgehog_server_class.compute
  }
}

output "switch_counts" {
  value = hedgehog_topology_plan.training.switch_counts
}

output "totals" {
  value = hedgehog_topology_plan.training.totals
}

output "report" {
  value = hedgehog_topology_plan.training.report
}
