resource "hedgehog_switch_class" "fe_leaf" {
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

resource "hedgehog_switch_class" "fe_spine" {
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

resource "hedgehog_switch_class" "be_rail_leaf" {
  name        = "be-rail-leaf"
  fabric      = "backend"
  role        = "server-leaf"
  profile     = "celestica-ds5000"
  device_type = hedgehog_device_type.ds5000.ref

  zone "servers" {
    type     = "server"
    ports    = "1-32"
    breakout = "2x400G"
  }
  zone "uplinks" {
    type     = "uplink"
    ports    = "33-64"
    breakout = "1x800G"
  }
}

resource "hedgehog_switch_class" "be_spine" {
  name        = "be-spine"
  fabric      = "backend"
  role        = "spine"
  profile     = "celestica-ds5000"
  device_type = hedgehog_device_type.ds5000.ref

  zone "downlinks" {
    type     = "fabric"
    ports    = "1-64"
    breakout = "1x800G"
  }
}
