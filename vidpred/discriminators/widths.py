"""Layer sizes of the discriminators of Mathieu et al. (2016): one row per scale, coarse to fine."""

CONV_WIDTHS = ((64,), (64, 128, 128), (128, 256, 256), (128, 256, 512, 128))
KERNELS = ((3,), (3, 3, 3), (5, 5, 5), (7, 7, 5, 5))
DENSE_WIDTHS = ((512, 256), (1024, 512), (1024, 512), (1024, 512))
