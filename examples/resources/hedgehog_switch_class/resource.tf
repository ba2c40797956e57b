resource "hedgehog_switch_class" "fe_leaf" {
  name    = "fe-leaf"
  fabric  = "frontend"
  role    = "server-leaf"
  profile = "celestica-ds5000"

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
