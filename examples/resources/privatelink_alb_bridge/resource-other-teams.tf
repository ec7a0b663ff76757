# Consumers whose accounts nobody here has credentials for: they make their own endpoints.
resource "privatelink_alb_bridge" "invoices" {
  name                   = "invoices"
  alb_arn                = "arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:loadbalancer/app/invoices/6a1dc8f9e0b24d35"
  listeners              = { https = { port = 443 } }
  alb_security_group_ids = ["sg-0a1b2c3d4e5f60718"]

  # These may connect …
  allowed_accounts = ["333333333333", "444444444444"]

  # … and of these, what waits for acceptance is accepted by every apply.
  accepted_accounts = ["333333333333"]
}

# All that their teams have to know.
output "hand_over" {
  value = privatelink_alb_bridge.invoices.hand_over
}
