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

  dynamic "nic" {
    for_each = range(8)
    labels   = ["be${nic.value}"]
    content {
      module_type = hedgehog_module_type.connectx7.ref
      ports       = ["port0"]
    }
  }

  attachment "fe" {
    nic          = "fe"
    ports        = 2
    distribution = "alternating"
    zone         = "fe-leaf/servers"
    speed        = 200
  }

  dynamic "attachment" {
    for_each = range(8)
    labels   = ["be-rail-${attachment.value}"]
    content {
      nic          = "be${attachment.value}"
      distribution = "rail-optimized"
      rail         = attachment.value
      zone         = "be-rail-leaf/servers"
      speed        = 400
    }
  }
}
