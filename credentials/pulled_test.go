package credentials

import (
	"context"
	"time"
)

// pulled implements Renewal.
type pulled struct {
	d        *drawer
	first    Kept
	finished bool
	closed   bool
}

func (p *pulled) each(alter func(*Kept)) {
	for i, k := range p.d.lines {
		if k.ID == p.first.ID {
			alter(&p.d.lines[i])
		}
	}
}

func (p *pulled) Token() (Token, error) { return p.d.token(p.first), p.d.tokenE }

func (p *pulled) Hosts() (all []Kept) {
	p.each(func(k *Kept) { all = append(all, *k) })
	return all
}

func (p *pulled) Interrupted() (time.Time, bool) {
	return p.first.Rotation.Since, p.first.Rotation.Begun() && !p.finished
}

func (p *pulled) Finished() bool { return p.finished }

func (p *pulled) Intend(_ context.Context, now time.Time) error {
	p.d.step("intend")
	if p.d.atIntend != nil {
		p.d.atIntend()
	}
	if p.d.intendE == nil {
		p.each(func(k *Kept) { k.Rotation = Rotation{ID: "next", Since: now} })
	}
	return p.d.intendE
}

func (p *pulled) Withdraw(_ context.Context, sure bool) error {
	p.d.step("withdraw")
	p.each(func(k *Kept) {
		if k.Rotation.ID = ""; sure {
			k.Rotation = Rotation{}
		}
	})
	return p.d.withdrawE
}

func (p *pulled) Forget(ctx context.Context) error {
	for _, k := range p.Hosts() {
		if err := p.d.Forget(ctx, k.Host); err != nil {
			return err
		}
	}
	return nil
}

func (p *pulled) Commit(_ context.Context, t Token) error {
	p.d.step("commit")
	if len(p.d.commitE) > 0 {
		err := p.d.commitE[0]
		p.d.commitE = p.d.commitE[1:]
		if err != nil {
			return err
		}
	}
	old := p.first.ID
	p.d.secrets["next"] = t.Secret.Reveal()
	p.each(func(k *Kept) { k.Life, k.Rotation = t.Life, Rotation{} })
	for i, k := range p.d.lines {
		if k.ID == old {
			p.d.lines[i].ID = "next"
		}
	}
	p.first.ID = "next"
	return nil
}

func (p *pulled) Close() {
	if !p.closed {
		p.d.step("close")
	}
	p.closed = true
}
