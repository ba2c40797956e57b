# A converged inference fabric for 128 GPUs: 16 servers, each with 2 x 200G to two leaves.
# The device types and the module type are in NetBox already, or are created here.

terraform {
  required_providers {
    hedgehog = {
      source = "githedgehog/hedgehog"
    }
  }
}

provider "hedgehog" {}

variable "site" {
  description = "Slug of the NetBox site."
  type        = string
  default     = "dc1"
}

variable "servers" {
  description = "Number of GPU servers."
  type        = number
  default     = 16
}

resource "hedgehog_device_type" "ds5000" {
  profile = "celestica-ds5000"
}

resource "hedgehog_device_type" "gpu_server" {
  manufacturer = "Generic"
  model        = "Inference server, 8 GPUs"
  slug         = "inference-server-8x"
  u_height     = 4
}

resource "hedgehog_module_type" "bluefield3" {
  manufacturer = "NVIDIA"
  model        = "BlueField-3 2x200G"

  interface "p0" {
    type = "other"
  }
  interface "p1" {
    type = "other"
  }
}

resource "hedgehog_switch_class" "leaf" {
  name        = "fe-leaf"
  fabric      = "frontend"
  role        = "server-leaf"
  profile     = "celestica-ds5000"
  device_type = hedgehog_device_type.ds5000.ref

  zone "servers" {
    type     = "server"
    ports    = "1-63:2"
    breakout = "4x200G"
  }
  zone "uplinks" {
    type     = "uplink"
    ports    = "2-64:2"
    breakout = "1x800G"
  }
}

resource "hedgehog_switch_class" "spine" {
  name        = "fe-spine"
  fabric      = "frontend"
  role        = "spine"
  profile     = "celestica-ds5000"
  device_type = hedgehog_device_type.ds5000.ref

  zone "downlinks" {
    type     = "fabric"
    ports    = "1-64"
    breakout = "1x800G"
  }
}

resource "hedgehog_server_class" "compute" {
  name            = "compute"
  category        = "gpu"
  quantity        = var.servers
  gpus_per_server = 8
  device_type     = hedgehog_device_type.gpu_server.ref

  nic "fe" {
    module_type = hedgehog_module_type.bluefield3.ref
    ports       = ["p0", "p1"]
  }

  attachment "fe" {
    nic          = "fe"
    ports        = 2
    distribution = "alternating"
    zone         = "fe-leaf/servers"
    speed        = 200
  }
}

resource "hedgehog_topology_plan" "inference" {
  name = "inference-128"
  site = var.site

  switch_classes = {
    fe-leaf  = hedgehog_switch_class.leaf
    fe-spine = hedgehog_switch_class.spine
  }
  server_classes = {
    compute = hedgehog_server_class.compute
  }
}

output "totals" {
  value = hedgehog_topology_plan.inference.totals
}
