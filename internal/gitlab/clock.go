package gitlab

import (
	"net/http"
	"time"
)

// Clock returns by how much the clocks of the servers that have answered are ahead of this machine's; negative for
// behind. It is false where none has said what time it is (RFC 9110, 6.6.1). A second or two are the network's.
func (c *Client) Clock() (ahead time.Duration, known bool) {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	return c.clock.ahead, c.clock.known
}

// noteClock remembers what time a server has said it is.
func (c *Client) noteClock(header http.Header) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	c.clock.ahead, c.clock.known = date.Sub(c.now()), true
}
