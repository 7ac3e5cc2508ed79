//go:build !windows && !darwin

package main

// hasScreen reports whether there is a desktop: one of X11's or Wayland's, or Windows' around its Linux subsystem.
func hasScreen(getenv func(string) string) bool {
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"} {
		if getenv(name) != "" {
			return true
		}
	}
	return false
}
