resource "privatelink_alb_bridge" "orders" {
  name = "orders"

  # Take it from the ALB's listener (aws_lb_listener.https.load_balancer_arn), not from the ALB, so
  # that the listener is made first.
  alb_arn   = "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:loadbalancer/app/orders/50dc6c495c0c9188"
  listeners = { https = { port = 443 } }

  # The ALB's own groups: each gets one rule that lets the bridge in.
  alb_security_group_ids = ["sg-0a1b2c3d4e5f60718"]

  consumers = {
    analytics = {
      account    = "analytics" # a key of the provider's accounts
      vpc_id     = "vpc-0b1c2d3e4f5a60718"
      subnet_ids = ["subnet-0c1d2e3f4a5b60718", "subnet-0d1e2f3a4b5c60718"]
    }
  }
}

# The name that clients in that VPC use.
output "dns_name" {
  value = privatelink_alb_bridge.orders.consumers["analytics"].dns_name
}
