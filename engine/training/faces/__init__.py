"""The renderer of the bundled data set: faces of nobody, drawn from open geometry with a known value for every attribute.

`face` draws one picture, `render_faces` writes many. Everything but `attributes` needs the extra `faces` (numba).
"""
