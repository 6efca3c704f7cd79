"""Text from other programs, made into what the portal's rich text can hold.

One piece of code for all ways in: the editor asks the server before it pastes, and `publishing.prose.sanitize_prose`
cleans what comes without the editor's script.
"""
