"""What learning earns: points, levels, badges, and a place among others for whoever wants one."""
