"""Steps for other people's pipelines. Each module imports its engine, which an extra installs: `cleankit-text[spark]`."""
