"""What tells programs that a picture was made by a trained model and shows nothing that exists."""

# the IPTC's word for it, which stands in the metadata as the digital source type
SYNTHETIC = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
