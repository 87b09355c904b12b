package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Has asks whether the repository has content.
func (r *Repository) Has(ctx context.Context, digest string) (has bool, err error) {
	err = r.again(ctx, func() error {
		answer, err := r.request(ctx, http.MethodHead, r.base+"/blobs/"+digest, nil, nil)
		if err != nil {
			return err
		}
		answer.Body.Close()
		has = answer.StatusCode == http.StatusOK
		return statusError(answer, http.StatusOK, http.StatusNotFound)
	})
	return has, err
}

// PutBlob sends content, which open opens for each try.
func (r *Repository) PutBlob(ctx context.Context, digest string, size int64, open func() (io.ReadCloser, error)) error {
	return r.again(ctx, func() error {
		to, err := r.begin(ctx)
		if err != nil {
			return err
		}
		body, err := open()
		if err != nil {
			return err
		}
		defer body.Close()
		query := to.Query()
		query.Set("digest", digest)
		to.RawQuery = query.Encode()
		request, err := http.NewRequestWithContext(ctx, http.MethodPut, to.String(), body)
		if err != nil {
			return err
		}
		request.ContentLength = size
		request.Header.Set("Content-Type", "application/octet-stream")
		answer, err := r.http.Do(request)
		if err != nil {
			return plain(err)
		}
		defer answer.Body.Close()
		return statusError(answer, http.StatusCreated)
	})
}

// begin asks where content is to be sent to.
func (r *Repository) begin(ctx context.Context) (*url.URL, error) {
	answer, err := r.request(ctx, http.MethodPost, r.base+"/blobs/uploads/", nil, nil)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if err := statusError(answer, http.StatusAccepted); err != nil {
		return nil, err
	}
	to, err := answer.Location()
	if err != nil {
		return nil, errors.New("the registry does not say where to send it")
	}
	return to, nil
}

// PutManifest sends a manifest under a tag or a digest.
func (r *Repository) PutManifest(ctx context.Context, ref, mediaType string, data []byte) error {
	return r.again(ctx, func() error {
		answer, err := r.request(ctx, http.MethodPut, r.base+"/manifests/"+ref, bytes.NewReader(data), http.Header{"Content-Type": {mediaType}})
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if err := statusError(answer, http.StatusCreated, http.StatusOK, http.StatusAccepted); err != nil {
			return fmt.Errorf("manifest: %w", err)
		}
		return nil
	})
}
