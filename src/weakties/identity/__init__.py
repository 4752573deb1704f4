"""Who is who: handles become people, machines are set aside, organisations are named. Every answer has its reasons."""
