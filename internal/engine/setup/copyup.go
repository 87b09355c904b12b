package setup

// CopyUp fills a volume that is empty with what the image has on its path.
type CopyUp struct {
	Layers Layers
	Path   string // in the container
	To     string // the volume's folder
}
