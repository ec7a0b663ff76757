import {
  to = privatelink_shared_db.orders
  id = "rgw-0bba03f3d56060135"
}
