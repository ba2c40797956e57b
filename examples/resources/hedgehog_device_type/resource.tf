# From the catalogue: manufacturer, ports and management port are known.
resource "hedgehog_device_type" "ds5000" {
  profile = "celestica-ds5000"
}

# Of your own.
resource "hedgehog_device_type" "gpu_server" {
  manufacturer = "Supermicro"
  model        = "GPU server, 8 GPUs"
  slug         = "gpu-server"
  u_height     = 8

  interface "bmc" {
    type      = "1000base-t"
    mgmt_only = true
  }
}
