# An ALB in one region, its clients in another: the service is made reachable from there, and the
# endpoint in the far VPC names the service's region.
#
# AWS needs the network load balancer in two zones, so the ALB must stand in two. The consumer pays
# for the traffic between the regions, the owner an hourly fee for each remote region.
#
# The owner's region and credentials come from the environment (AWS_REGION, AWS_PROFILE, …).

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

variable "consumer_region" {
  description = "The region to connect from."
  type        = string
}

variable "consumer_vpc_id" {
  description = "The VPC to connect from, in that region."
  type        = string
}

variable "consumer_subnet_ids" {
  description = "Its subnets for the endpoint, one for each zone. From another region any zones will do."
  type        = list(string)
}

provider "privatelink" {}

resource "privatelink_alb_bridge" "web" {
  name                   = "web"
  alb_arn                = var.alb_arn
  alb_security_group_ids = [var.alb_security_group_id]
  listeners              = { web = { port = var.alb_port } }

  consumers = {
    far = {
      region     = var.consumer_region
      vpc_id     = var.consumer_vpc_id
      subnet_ids = var.consumer_subnet_ids
    }
  }
}

output "dns_name" {
  description = "The name that clients in the far VPC use."
  value       = privatelink_alb_bridge.web.consumers["far"].dns_name
}
