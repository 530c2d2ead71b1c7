"""What comes in from outside while a picture is on show: OSC, MIDI, sound, and the table that maps it to controls."""
