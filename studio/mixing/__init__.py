"""Style mixing as a person sees it: sources, the console of faders, the table of the StyleGAN paper."""
