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

# A switch that the catalogue lacks.
resource "hedgehog_switch_class" "lab_leaf" {
  name        = "lab-leaf"
  fabric      = "lab"
  role        = "server-leaf"
  device_type = "acme/small-switch"

  custom_profile {
    ports_max = 32
    features  = ["l2vni", "l3vni", "eslag"]

    port "fast" {
      ports     = "1-8"
      cage      = "OSFP"
      breakouts = ["1x800G", "2x400G", "4x200G"]
    }
    port "slow" {
      ports  = "9-10"
      cage   = "SFP28"
      speeds = ["25G", "10G"]
    }

    # Both slow ports run at one speed, and each half of the fast ones as 16 logical ports at most.
    port_group "slow" {
      ports = "9-10"
    }
    pipeline "left" {
      ports     = "1-4"
      ports_max = 16
    }
    pipeline "right" {
      ports     = "5-8"
      ports_max = 16
    }
  }

  zone "servers" {
    type     = "server"
    ports    = "1-4"
    breakout = "4x200G"
  }
  zone "uplinks" {
    type  = "uplink"
    ports = "5-8"
  }
}
