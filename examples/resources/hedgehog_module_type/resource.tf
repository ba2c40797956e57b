resource "hedgehog_module_type" "bluefield3" {
  manufacturer = "NVIDIA"
  model        = "BlueField-3 2x200G"

  interface "p0" {
    type = "200gbase-x-qsfp56"
  }
  interface "p1" {
    type = "200gbase-x-qsfp56"
  }
}
