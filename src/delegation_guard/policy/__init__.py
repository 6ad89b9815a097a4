"""Policy files, and the table that turns findings into rulings."""
