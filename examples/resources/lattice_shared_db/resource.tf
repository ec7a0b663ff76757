terraform {
  required_providers {
    privatelink = {
      source = "privatelink/privatelink"
    }
  }
}

provider "privatelink" {
  region = "ap-northeast-1"
  accounts = {
    app = { assume_role = { role_arn = "arn:aws:iam::222222222222:role/network" } }
  }
}

resource "lattice_shared_db" "orders" {
  # The type's name does not tell the provider, so the block has to.
  provider = privatelink

  name                        = "orders-db"
  vpc_id                      = "vpc-0a1b2c3d4e5f60718"
  subnet_ids                  = ["subnet-0aa11bb22cc33dd44", "subnet-0bb22cc33dd44ee55"]
  database_security_group_ids = ["sg-0c0ffee0c0ffee012"]

  endpoints = {
    orders = { arn = "arn:aws:rds:ap-northeast-1:111111111111:cluster:orders" }
  }

  consumers = {
    app = {
      account    = "app"
      vpc_id     = "vpc-0e1f2a3b4c5d60718"
      subnet_ids = ["subnet-0cc33dd44ee55ff66", "subnet-0dd44ee55ff66aa77"]
      allow_from = { security_group_ids = ["sg-0ab12cd34ef56ab78"] }
    }
  }
}

output "writer" {
  value = lattice_shared_db.orders.consumers["app"].dns_names["orders"]
}

output "readers" {
  value = lattice_shared_db.orders.consumers["app"].dns_names["orders.reader"]
}
