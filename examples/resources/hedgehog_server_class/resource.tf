resource "hedgehog_server_class" "compute" {
  name        = "compute"
  quantity    = 32
  device_type = "supermicro/gpu-server"

  nic "fe" {
    module_type = "nvidia/BlueField-3 2x200G"
    ports       = ["p0", "p1"]
  }

  attachment "frontend" {
    nic          = "fe"
    ports        = 2
    distribution = "alternating"
    zone         = "fe-leaf/servers"
    speed        = 200
  }
}
