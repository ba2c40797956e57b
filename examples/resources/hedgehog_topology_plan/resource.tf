resource "hedgehog_topology_plan" "inference" {
  name = "inference-128"
  site = "dc1"

  switch_classes = {
    fe-leaf  = hedgehog_switch_class.fe_leaf
    fe-spine = hedgehog_switch_class.fe_spine
  }
  server_classes = {
    compute = hedgehog_server_class.compute
  }
}
