# Aurora in one account, clients in another, no load balancer and no proxy between them.
#
# Region and the owner's credentials come from the environment (AWS_REGION, AWS_PROFILE, …); the
# consumer's account is entered by a role.

terraform {
  required_providers {
    privatelink = { source = "privatelink/privatelink" }
  }
}

variable "vpc_id" {
  description = "The database's VPC."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the resource gateway, which takes 16 addresses in each."
  type        = list(string)
}

variable "database_arn" {
  description = "The cluster."
  type        = string
}

variable "database_security_group_id" {
  description = "The database's security group: it gets a rule that lets the gateway in."
  type        = string
}

variable "consumer_role_arn" {
  description = "Role in the consumer's account."
  type        = string
}

variable "consumer_vpc_id" {
  description = "The VPC to connect from, with both DNS attributes on."
  type        = string
}

variable "consumer_subnet_ids" {
  description = "Its subnets for the endpoint, one for each zone, one of them in a zone of the gateway's."
  type        = list(string)
}

variable "client_security_group_id" {
  description = "The clients' security group in the consumer's VPC: nobody else may use the endpoint."
  type        = string
}

provider "privatelink" {
  accounts = {
    app = { assume_role = { role_arn = var.consumer_role_arn } }
  }
}

resource "privatelink_shared_db" "orders" {
  name                        = "orders-db"
  vpc_id                      = var.vpc_id
  subnet_ids                  = var.subnet_ids
  database_security_group_ids = [var.database_security_group_id]

  # Writer, readers and each instance: AWS keeps their names in step.
  endpoints = { orders = { arn = var.database_arn } }

  consumers = {
    app = {
      account    = "app"
      vpc_id     = var.consumer_vpc_id
      subnet_ids = var.consumer_subnet_ids
      allow_from = { security_group_ids = [var.client_security_group_id] }
    }
  }
}

output "writer" {
  description = "The name that clients write to: the cluster's own, which its certificate has."
  value       = privatelink_shared_db.orders.consumers["app"].dns_names["orders"]
}

output "readers" {
  description = "The name that clients read from."
  value       = privatelink_shared_db.orders.consumers["app"].dns_names["orders.reader"]
}

output "client_rule" {
  description = "What the clients' own security group must let out."
  value       = privatelink_shared_db.orders.consumers["app"].client_rule
}
