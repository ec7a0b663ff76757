# Two accounts whose VPCs have the same CIDR: one has an ALB, the other's clients need it.
#
# Region and the owner's credentials come from the environment (AWS_REGION, AWS_PROFILE, …); the
# consumer's account is entered by a role.

terraform {
  required_providers {
    privatelink = { source = "privatelink/privatelink" }
  }
}

variable "alb_arn" {
  description = "The ALB. Pass aws_lb_listener.….load_balancer_arn if it is made in the same configuration."
  type        = string
}

variable "alb_security_group_id" {
  description = "The ALB's security group: it gets a rule that lets the bridge in."
  type        = string
}

variable "alb_port" {
  description = "Port of the ALB's listener."
  type        = number
  default     = 443
}

variable "consumer_role_arn" {
  description = "Role in the consumer's account."
  type        = string
}

variable "consumer_vpc_id" {
  description = "The VPC to connect from."
  type        = string
}

variable "consumer_subnet_ids" {
  description = "Its subnets for the endpoint, one for each zone, in zones that the ALB is in."
  type        = list(string)
}

variable "client_security_group_id" {
  description = "The clients' security group in the consumer's VPC: nobody else may use the endpoint."
  type        = string
}

provider "privatelink" {
  accounts = {
    user = { assume_role = { role_arn = var.consumer_role_arn } }
  }
}

resource "privatelink_alb_bridge" "web" {
  name                   = "web"
  alb_arn                = var.alb_arn
  alb_security_group_ids = [var.alb_security_group_id]
  listeners              = { web = { port = var.alb_port } }

  # Connections wait until they are accepted. The bridge accepts those of its own consumers.
  acceptance_required = true

  consumers = {
    user = {
      account    = "user"
      vpc_id     = var.consumer_vpc_id
      subnet_ids = var.consumer_subnet_ids
      allow_from = { security_group_ids = [var.client_security_group_id] }
    }
  }
}

output "dns_name" {
  description = "The name that clients in the consumer's VPC use."
  value       = privatelink_alb_bridge.web.consumers["user"].dns_name
}

output "service_name" {
  description = "The endpoint service, for consumers who bring their own endpoint."
  value       = privatelink_alb_bridge.web.service_name
}

output "client_rule" {
  description = "What the clients' own security group must let out."
  value       = privatelink_alb_bridge.web.consumers["user"].client_rule
}
