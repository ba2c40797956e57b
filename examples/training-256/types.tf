# Device and module types. Those that NetBox has already are used as they are.

resource "hedgehog_device_type" "ds5000" {
  profile = "celestica-ds5000"
}

resource "hedgehog_device_type" "gpu_server" {
  manufacturer = "Generic"
  model        = "GPU server, 8 GPUs, 10 NICs"
  slug         = "gpu-server-8x"
  u_height     = 8
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

resource "hedgehog_module_type" "connectx7" {
  manufacturer = "NVIDIA"
  model        = "ConnectX-7 Single-Port 400G"

  interface "port0" {
    type = "other"
  }
}
