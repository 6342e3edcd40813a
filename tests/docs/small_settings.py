"""Settings with which runs of the documentation take seconds, or less."""

LITTLE = "train.batch_size=2 log.metrics_every=1 log.validation_clips=2 log.preview_frames=2"
TINY = "network.width_multiplier=0.02 discriminator.width_multiplier=0.03"
SMALL_IMAGES = (
    "data.resolution=16 task.latent_channels=6 network.hidden_channels=4 discriminator.hidden_channels=4 "
    "train.batch_size=4 log.metrics_every=1 log.sample_every=1"
)
