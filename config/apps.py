from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Before the first text is looked up, in whatever process."""
        from config.catalogues import compile_changed

        compile_changed()
