package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"isle/internal/image/store"
)

// accepted are the documents that are understood.
var accepted = []string{store.IndexType, store.ManifestType, store.DockerListType, store.DockerManifestType}

// Manifest fetches a manifest or an index by tag or digest. Nothing of it has
// been checked.
func (r *Repository) Manifest(ctx context.Context, ref string) (data []byte, mediaType string, err error) {
	err = r.again(ctx, func() error {
		answer, err := r.request(ctx, http.MethodGet, r.base+"/manifests/"+ref, nil, http.Header{"Accept": accepted})
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if err := statusError(answer, http.StatusOK); err != nil {
			return err
		}
		mediaType, _, _ = strings.Cut(answer.Header.Get("Content-Type"), ";")
		data, err = io.ReadAll(io.LimitReader(answer.Body, store.MaxManifest+1))
		if err == nil && len(data) > store.MaxManifest {
			return fmt.Errorf("manifest: it is longer than %d bytes", store.MaxManifest)
		}
		return err
	})
	return data, mediaType, err
}

// ErrRange: the registry does not go on where it is asked to.
var ErrRange = errors.New("the registry answers with another range than was asked for")

// Blob asks for content from an offset on. A registry that cannot do that begins
// at the beginning: from says where.
func (r *Repository) Blob(ctx context.Context, digest string, offset int64) (body io.ReadCloser, from int64, err error) {
	header := http.Header{}
	if offset > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
	}
	ctx, stop := context.WithCancel(ctx)
	answer, err := r.request(ctx, http.MethodGet, r.base+"/blobs/"+digest, nil, header)
	if err != nil {
		stop()
		return nil, 0, err
	}
	if err := statusError(answer, http.StatusOK, http.StatusPartialContent); err != nil {
		answer.Body.Close()
		stop()
		return nil, 0, err
	}
	if answer.StatusCode == http.StatusPartialContent {
		if !strings.HasPrefix(answer.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", offset)) {
			answer.Body.Close()
			stop()
			return nil, 0, ErrRange
		}
		from = offset
	}
	return &watched{answer.Body, stop, time.AfterFunc(r.retry.Stall, stop), r.retry.Stall}, from, nil
}

// watched is a body that is given up when nothing comes for a while.
type watched struct {
	io.ReadCloser
	stop  func()
	timer *time.Timer
	stall time.Duration
}

// Read implements io.Reader.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	if n > 0 {
		w.timer.Reset(w.stall)
	}
	if errors.Is(err, context.Canceled) {
		err = fmt.Errorf("the registry said nothing for %s", w.stall)
	}
	return n, err
}

// Close implements io.Closer.
func (w *watched) Close() error {
	w.timer.Stop()
	w.stop()
	return w.ReadCloser.Close()
}
