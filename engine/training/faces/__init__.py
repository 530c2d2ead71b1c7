"""The renderer of the bundled data set: faces of nobody, drawn from open geometry, every attribute of which is known.

`face.face` draws one picture, `writing.render_faces` many; both need the extra `faces` (numba). `attributes` is the
table of what a face can be asked for, and needs nothing.
"""
