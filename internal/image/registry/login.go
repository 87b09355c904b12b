package registry

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Save keeps credentials for a host, or a folder of it, in a file: in the file
// itself, or by the helper that it names for the host.
func Save(ctx context.Context, file, key string, c Credentials) error {
	a, err := readAuthFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if helper := a.helper(hostOf(key)); helper != "" {
		data, err := json.Marshal(map[string]string{"ServerURL": serverOf(key), "Username": c.User, "Secret": c.Password})
		if err != nil {
			return err
		}
		_, err = runHelper(ctx, helper, "store", string(data))
		return err
	}
	return changeAuths(file, func(auths map[string]any) error {
		auths[key] = authEntry{Auth: base64.StdEncoding.EncodeToString([]byte(c.User + ":" + c.Password))}
		return nil
	})
}

// Forget takes credentials of a host, or all, out of a file; known is false if
// it had none.
func Forget(ctx context.Context, file, key string) (known bool, err error) {
	a, err := readAuthFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if helper := a.helper(hostOf(key)); key != "" && helper != "" {
		if c, err := askHelper(ctx, helper, serverOf(key)); c == nil || err != nil {
			return false, err
		}
		_, err := runHelper(ctx, helper, "erase", serverOf(key))
		return true, err
	}
	err = changeAuths(file, func(auths map[string]any) error {
		for at := range auths {
			if key == "" || at == key || hostOf(at) == key {
				delete(auths, at)
				known = true
			}
		}
		return nil
	})
	return known, err
}

// changeAuths changes the credentials in a file and leaves alone whatever else
// is in it. The file is written whole or not at all, for the user only.
func changeAuths(file string, change func(auths map[string]any) error) error {
	all := map[string]any{}
	data, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(data) > 0 {
		if err := json.Unmarshal(data, &all); err != nil {
			return fmt.Errorf("read credentials in %s: %w", file, err)
		}
	}
	auths, _ := all["auths"].(map[string]any)
	if auths == nil {
		auths = map[string]any{}
	}
	if err := change(auths); err != nil {
		return err
	}
	all["auths"] = auths
	if data, err = json.MarshalIndent(all, "", "\t"); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".auth-") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
