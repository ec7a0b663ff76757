data "privatelink_share_status" "orders" {
  resource_gateway_id = "rgw-0a1b2c3d4e5f60718"
}

output "not_accepted_yet" {
  description = "Accounts with an invitation, and until when they can accept it."
  value = [
    for it in data.privatelink_share_status.orders.principals : "${it.principal}: ${it.until}"
    if it.status == "PENDING_ACCEPTANCE"
  ]
}

output "connected" {
  description = "Who is connected."
  value       = distinct([for it in data.privatelink_share_status.orders.connections : it.account_id])
}
