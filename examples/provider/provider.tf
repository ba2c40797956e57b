terraform {
  required_providers {
    hedgehog = {
      source = "githedgehog/hedgehog"
    }
  }
}

provider "hedgehog" {
  server_url = "https://netbox.example.com" # or NETBOX_SERVER_URL
  api_token  = var.netbox_token             # or NETBOX_API_TOKEN
}

variable "netbox_token" {
  type      = string
  sensitive = true
}
