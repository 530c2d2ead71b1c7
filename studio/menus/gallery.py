"""Strangers, stars and children."""

from __future__ import annotations

from studio.menus.spec import Spec

GALLERY = (
    Spec(
        "star",
        "Gallery",
        0,
        "Star this face",
        ("B",),
        "Keep the face on show, or no more",
        "star",
        "gallery.faces.star_shown",
    ),
    Spec("tags", "Gallery", 0, "Tags of this face…", ("T",), "Words to find it by", "", "gallery.faces.tag_shown"),
    Spec(
        "starred",
        "Gallery",
        0,
        "Only starred faces",
        ("Ctrl+B",),
        "Only starred faces in the gallery, or all again",
        "starred",
        "gallery.only_starred",
    ),
    Spec(
        "find",
        "Gallery",
        1,
        "Find seed or tag…",
        ("Ctrl+F",),
        "Go to a seed, or find starred faces by a tag",
        "search",
        "gallery.focus_search",
    ),
    Spec("locate", "Gallery", 1, "Show in the gallery", ("G",), "Scroll to the face on show", "", "gallery.find_shown"),
    Spec(
        "vary",
        "Gallery",
        2,
        "Other variations",
        ("V",),
        "Eight other faces near this one",
        "",
        "gallery.roll_variations",
    ),
    Spec(
        "parent_a",
        "Gallery",
        3,
        "This face is parent A",
        ("Ctrl+Shift+A",),
        "Put the face on show into Breed",
        "",
        "gallery.first_parent",
    ),
    Spec(
        "parent_b",
        "Gallery",
        3,
        "This face is parent B",
        ("Ctrl+Shift+B",),
        "Put the face on show into Breed",
        "",
        "gallery.second_parent",
    ),
    Spec("child", "Gallery", 3, "Go to the child", (), "The child of the two parents", "", "gallery.breed.go_to_child"),
    Spec("shares", "Gallery", 3, "Shuffle the child", (), "Other shares of the parents", "", "gallery.shuffle_shares"),
)
