"""The screen: Textual app, actions, screens, widgets."""
