# An ALB that another VPC of the same account needs.
#
# Region and credentials come from the environment (AWS_REGION, AWS_PROFILE, …).

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

variable "subnet_ids" {
  description = "Private subnets for the network load balancer, one for each of the ALB's zones."
  type        = list(string)
}

variable "allowed_account_ids" {
  description = "Accounts that may connect by endpoints of their own, beside the one below."
  type        = set(string)
  default     = []
}

variable "consumer_vpc_id" {
  description = "The VPC to connect from."
  type        = string
}

variable "consumer_subnet_ids" {
  description = "Its subnets for the endpoint, one for each zone, in zones of the network load balancer."
  type        = list(string)
}

provider "privatelink" {}

resource "privatelink_alb_bridge" "web" {
  name                   = "web"
  alb_arn                = var.alb_arn
  alb_security_group_ids = [var.alb_security_group_id]
  subnet_ids             = var.subnet_ids
  listeners              = { web = { port = var.alb_port } }

  # Whoever is allowed is connected unasked.
  acceptance_required = false
  allowed_accounts    = var.allowed_account_ids

  consumers = {
    app = {
      vpc_id     = var.consumer_vpc_id
      subnet_ids = var.consumer_subnet_ids
    }
  }
}

output "dns_name" {
  description = "The name that clients in the consumer's VPC use."
  value       = privatelink_alb_bridge.web.consumers["app"].dns_name
}
