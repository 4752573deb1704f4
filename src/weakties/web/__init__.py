"""The page people live in: a local web app, Django's templates over the workspace. Nothing outside this room imports Django."""
