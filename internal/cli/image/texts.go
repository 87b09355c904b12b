package image

// What the commands are for, and examples.
const (
	Group        = `Do to images what the commands of the same names do.`
	GroupExample = `isle image ls
isle image rm busybox`

	ImagesAbout = `List the images that are here, the newest first. With NAME only those that are
called so, with any tag unless one is given. SIZE is what an image takes as it was
packed, in its layers; images may share layers.`
	ImagesExample = `# What is here?
isle images
# The IDs of images that have lost their names
isle images --quiet --filter dangling=true`

	LoadAbout = `Bring the images of an archive into the store: one as docker save and podman save
write it, or an OCI layout, as an archive or a folder. It is read from standard
input unless --input names it; its compression is known by its first bytes. Layers
are unpacked at once, and all content is checked against its digest.

An archive is loaded whole or not at all.`
	LoadExample = `# From docker
docker save busybox | isle load
# An OCI layout in a folder
isle load --input ./layout`

	ImportAbout = `Make an image of one layer out of the archive of a root file system, compressed or
not; FILE is - for standard input. With NAME the image is called so; without a
registry that is localhost/NAME. It prints the ID.`
	ImportExample = `# From a container
docker export web | isle import - web
# With what runs in it
isle import --change 'CMD ["/bin/sh"]' root.tar.gz rescue:1`

	SaveAbout = `Write images into an archive, which isle load, docker load and podman load read. It
goes to standard output unless --output names a file.`
	SaveExample = `# To another host
isle save busybox | ssh host isle load
# As an OCI layout
isle save --format oci-dir --output ./layout busybox`

	PullAbout = `Fetch images from registries. A name without a registry means what registries.conf
says (its aliases, and its registries to search), and docker.io if that says
nothing; mirrors are tried first. Credentials are those of isle login, podman login
and docker login, and of the credential helpers that their files name.

What is here already is not fetched again, downloads that were cut off go on, and
content is checked against its digest while it comes.`
	PullExample = `isle pull busybox
# For another machine, by digest
isle pull --platform linux/arm64 quay.io/team/app@sha256:...`

	PushAbout   = `Send an image to the registry that its name, or NAME, says.`
	PushExample = `isle push localhost:5000/team/app:1
isle push app registry.example/team/app:1`

	LoginAbout = `Have a registry check a user's name and password, and keep them for isle and podman:
in $XDG_RUNTIME_DIR/containers/auth.json (root: /run/containers/0/auth.json), readable
for the user only, or by the credential helper that this file names. REGISTRY is
docker.io unless given.`
	LoginExample = `pass registry | isle login --username me --password-stdin registry.example`

	LogoutAbout   = `Forget the credentials of a registry; REGISTRY is docker.io unless given.`
	LogoutExample = `isle logout registry.example`

	RmiAbout = `Take a name away from an image, and with the last name the image. An ID, or the
beginning of one, stands for the image with all its names. What it took on disk is
freed, but for layers that others share.`
	RmiExample = `isle rmi busybox:latest
# All of them
isle rmi --all`

	TagAbout = `Give an image more names. A name without a registry is one of this host,
localhost/NAME; a name that another image has moves over.`
	TagExample = `isle tag busybox registry.example/team/busybox:1`

	HistoryAbout   = `List the steps in which an image was made, the last first.`
	HistoryExample = `isle history busybox`

	DfAbout = `Say how much disk images take, as content and unpacked, and what containers have
written and volumes hold. What is reclaimable is what
isle system prune --all would free.`

	PruneAbout = `Remove images without a name, downloads that were cut off, and content that no image
has. With --all images with a name go as well, but for those in use.`
)
