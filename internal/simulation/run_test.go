package simulation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// Outcome is what happened in a run. Times count from its beginning.
type Outcome struct {
	Reads    []ReadOutcome
	Requests []*Request
	Tokens   []*IssuedToken
	Dialed   []string
	// Configured are the diagnostics of each block's configuration.
	Configured [][]string
	Closes     []Close
	Logs       string
	// Open are the connections that nobody closed, and Left the goroutines that nobody ended.
	Open int
	Left []string
	// Hits are the requests that each fault hit.
	Hits [][]*Request
}

// ReadOutcome is how a read went.
type ReadOutcome struct {
	Started, Ended time.Duration
	State          map[string]any // nil if it has none
	Errors         []string
	Warnings       []string
	Panic          string
}

// Failed reports whether the read has an error.
func (r ReadOutcome) Failed() bool { return len(r.Errors) > 0 || r.Panic != "" }

// Close is how long it took to close a block.
type Close struct{ Started, Ended time.Duration }

// grace is how long after the last read the blocks are closed.
const grace = time.Second

// Run runs a history in virtual time.
func Run(t *testing.T, h History) (o Outcome) {
	t.Helper()
	defer func() {
		if cause := recover(); len(o.Left) == 0 && cause != nil { // otherwise, a goroutine in o.Left never ends
			panic(cause)
		}
	}()
	synctest.Test(t, func(t *testing.T) {
		o = newRunner(h).run(t)
		time.Sleep(24 * time.Hour) // what is left ends: time stands still once this function returns
	})
	return o
}

// runner runs one history.
type runner struct {
	atlas    *atlas
	listener *listener
	blocks   []*process
	outcome  Outcome
	logs     lockedBuffer
}

// process is the provider of a block.
type process struct {
	provider *provider.Provider
	server   tfprotov6.ProviderServer
	schema   *tfprotov6.GetProviderSchemaResponse

	mu   sync.Mutex
	ctx  context.Context // of the reads that begin now
	stop func()
}

// interrupt cancels the reads in progress, but not those that begin later, as tf6server does.
func (p *process) interrupt(ctx context.Context) {
	_, _ = p.server.StopProvider(ctx, &tfprotov6.StopProviderRequest{})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stop()
	p.ctx, p.stop = context.WithCancel(context.WithoutCancel(p.ctx))
}

func (p *process) context() context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ctx
}

func newRunner(h History) *runner {
	return &runner{atlas: newAtlas(h), listener: &listener{accept: make(chan net.Conn), closed: make(chan struct{})}}
}

func (r *runner) run(t *testing.T) Outcome {
	t.Helper()
	server := &http.Server{
		Handler: r.atlas, ReadHeaderTimeout: 24 * time.Hour, ErrorLog: log.New(io.Discard, "", 0),
		ConnContext: withConn,
	}
	go func() { _ = server.Serve(r.listener) }()
	h := r.atlas.history
	for i := range h.Blocks {
		r.blocks = append(r.blocks, r.configure(t, i))
	}
	r.outcome.Reads = make([]ReadOutcome, len(h.Reads))
	r.outcome.Closes = make([]Close, len(h.Blocks))
	var reads, ends sync.WaitGroup
	for i := range h.Reads {
		reads.Go(func() { r.read(i) })
	}
	for i, block := range h.Blocks {
		ends.Go(func() { r.end(t, i, block, &reads) })
	}
	reads.Wait()
	ends.Wait()
	synctest.Wait()
	r.outcome.Open = int(r.listener.open.Load())
	_ = server.Close()
	synctest.Wait()
	r.outcome.Left = goroutinesLeft()
	for _, p := range r.blocks {
		p.stop()
	}
	r.outcome.Requests, r.outcome.Tokens = r.atlas.requests, r.atlas.tokens
	r.outcome.Dialed, r.outcome.Logs, r.outcome.Hits = r.listener.dialed, r.logs.String(), r.atlas.hits
	return r.outcome
}

// configure starts the provider of a block as Terraform does.
func (r *runner) configure(t *testing.T, i int) *process {
	t.Helper()
	ctx := tflogtest.RootLogger(t.Context(), &r.logs)
	p := &process{provider: provider.New("test", provider.WithDialer(r.listener.dialer(i, r.atlas)))}
	p.server = p.provider.Server()
	p.ctx, p.stop = context.WithCancel(ctx)
	p.schema = schema
	block, c := r.atlas.history.Blocks[i], credentialsOf(i)
	arguments := map[string]tftypes.Value{"base_url": stringValue("http://" + address)}
	switch block.SignIn {
	case ServiceAccount:
		arguments["client_id"], arguments["client_secret"] = stringValue(c.clientID), stringValue(c.clientSecret)
	case APIKey:
		arguments["public_key"], arguments["private_key"] = stringValue(c.publicKey), stringValue(c.privateKey)
	case AccessToken:
		arguments["access_token"] = stringValue(c.accessToken)
	}
	if block.MaxRetries >= 0 {
		arguments["max_retries"] = tftypes.NewValue(tftypes.Number, block.MaxRetries)
	}
	config := dynamicValue(p.schema.Provider, arguments)
	validated, err := p.server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		t.Fatal(err)
	}
	configureCtx, cancel := context.WithCancel(ctx) // Terraform's ends with the call
	configured, err := p.server.ConfigureProvider(configureCtx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.8.5", Config: config})
	cancel()
	if err != nil {
		t.Fatal(err)
	}
	errs, warnings := texts(slices.Concat(validated.Diagnostics, configured.Diagnostics))
	r.outcome.Configured = append(r.outcome.Configured, slices.Concat(errs, warnings))
	return p
}

// read makes one read.
func (r *runner) read(i int) {
	read := r.atlas.history.Reads[i]
	time.Sleep(read.At)
	p := r.blocks[read.Block]
	outcome := ReadOutcome{Started: r.atlas.now()}
	defer func() {
		if cause := recover(); cause != nil {
			outcome.Panic = fmt.Sprint(cause)
		}
		outcome.Ended = r.atlas.now()
		r.outcome.Reads[i] = outcome
	}()
	resp, err := p.server.ReadDataSource(p.context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: read.DataSource, Config: dynamicValue(p.schema.DataSourceSchemas[read.DataSource], arguments(p.schema, read)),
	})
	if err != nil {
		outcome.Errors = append(outcome.Errors, "RPC: "+err.Error())
		return
	}
	outcome.Errors, outcome.Warnings = texts(resp.Diagnostics)
	if resp.State == nil {
		return
	}
	state, err := resp.State.Unmarshal(p.schema.DataSourceSchemas[read.DataSource].ValueType())
	if err != nil {
		outcome.Errors = append(outcome.Errors, "state: "+err.Error())
		return
	}
	outcome.State, _ = plain(state).(map[string]any)
}

// end interrupts and closes a block, at its time or after all reads.
func (r *runner) end(t *testing.T, i int, block Block, reads *sync.WaitGroup) {
	t.Helper()
	p := r.blocks[i]
	if block.StopAt > 0 {
		stopped := make(chan struct{})
		defer func() { <-stopped }()
		go func() {
			defer close(stopped)
			time.Sleep(block.StopAt - r.atlas.now())
			p.interrupt(t.Context())
		}()
	}
	if block.CloseAt > 0 {
		time.Sleep(block.CloseAt - r.atlas.now())
	} else {
		reads.Wait()
		time.Sleep(grace)
	}
	start := r.atlas.now()
	p.provider.Close(context.WithoutCancel(t.Context()))
	r.outcome.Closes[i] = Close{start, r.atlas.now()}
}

// schema is the schema of the provider, which never changes.
var schema = func() *tfprotov6.GetProviderSchemaResponse {
	resp, err := provider.New("test").Server().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(resp.Diagnostics) > 0 {
		panic(fmt.Sprint(err, resp))
	}
	return resp
}()

// hasArgument reports whether a data source has an argument.
func hasArgument(dataSource, name string) bool {
	attributes, _ := schema.DataSourceSchemas[dataSource].ValueType().(tftypes.Object)
	_, ok := attributes.AttributeTypes[name]
	return ok
}

// arguments returns those arguments of a read that its data source has.
func arguments(s *tfprotov6.GetProviderSchemaResponse, read Read) map[string]tftypes.Value {
	all := map[string]tftypes.Value{
		"project_id":        stringValue(projectID),
		"instance_name":     stringValue(read.Instance),
		"include_sensitive": tftypes.NewValue(tftypes.Bool, read.Sensitive),
	}
	if read.Name != "" {
		all["name"] = stringValue(read.Name)
	}
	if read.NameRegex != "" {
		all["name_regex"] = stringValue(read.NameRegex)
	}
	if read.ItemsPerPage > 0 {
		all["items_per_page"] = tftypes.NewValue(tftypes.Number, read.ItemsPerPage)
	}
	if read.PageNum > 0 {
		all["page_num"] = tftypes.NewValue(tftypes.Number, read.PageNum)
	}
	attributes, _ := s.DataSourceSchemas[read.DataSource].ValueType().(tftypes.Object)
	if timeouts, ok := attributes.AttributeTypes["timeouts"]; ok && read.Timeout > 0 {
		all["timeouts"] = tftypes.NewValue(timeouts, map[string]tftypes.Value{"read": stringValue(read.Timeout.String())})
	}
	maps.DeleteFunc(all, func(name string, _ tftypes.Value) bool {
		_, ok := attributes.AttributeTypes[name]
		return !ok
	})
	if _, ok := attributes.AttributeTypes["results"]; ok {
		delete(all, "name")
	}
	return all
}

func stringValue(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func dynamicValue(s *tfprotov6.Schema, arguments map[string]tftypes.Value) *tfprotov6.DynamicValue {
	typ, _ := s.ValueType().(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, attribute := range typ.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	maps.Copy(values, arguments)
	value, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
	if err != nil {
		panic(err)
	}
	return &value
}

func texts(diagnostics []*tfprotov6.Diagnostic) (errs, warnings []string) {
	for _, d := range diagnostics {
		text := d.Summary + "\n" + d.Detail
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, text)
		} else {
			warnings = append(warnings, text)
		}
	}
	return errs, warnings
}

// plain returns a value as strings, booleans, slices, maps, and nil.
func plain(v tftypes.Value) any {
	var text string
	var boolean bool
	var elements []tftypes.Value
	var attributes map[string]tftypes.Value
	switch {
	case v.IsNull():
		return nil
	case v.As(&text) == nil:
		return text
	case v.As(&boolean) == nil:
		return boolean
	case v.As(&elements) == nil:
		list := make([]any, len(elements))
		for i, element := range elements {
			list[i] = plain(element)
		}
		return list
	case v.As(&attributes) == nil:
		values := map[string]any{}
		for name, attribute := range attributes {
			values[name] = plain(attribute)
		}
		return values
	}
	return v.String()
}

// listener accepts the connections of all blocks, which are pipes.
type listener struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
	open   atomic.Int64

	mu     sync.Mutex
	dialed []string
}

// dialer returns a dialer for a block. It looks at the address only to remember it.
func (l *listener) dialer(block int, a *atlas) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		l.mu.Lock()
		l.dialed = append(l.dialed, address)
		l.mu.Unlock()
		if fault, hit := a.dials(block); hit {
			if fault.stalls > 0 {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
		}
		client, server := net.Pipe()
		reset := new(atomic.Bool)
		select {
		case l.accept <- &serverConn{Conn: server, block: block, reset: reset}:
			l.open.Add(1)
			return &clientConn{Conn: client, reset: reset, listener: l}, nil
		case <-l.closed:
			return nil, net.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.accept:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *listener) Addr() net.Addr { return &net.UnixAddr{Name: "memory"} }

// serverConn is the end of Atlas.
type serverConn struct {
	net.Conn

	block int
	used  bool         // by a request
	reset *atomic.Bool // shared with the other end
}

// breakConn closes the end of Atlas, with a reset or without.
func breakConn(conn net.Conn, reset bool) {
	if served, ok := conn.(*serverConn); ok {
		served.reset.Store(reset)
	}
	_ = conn.Close()
}

// clientConn is the end of the provider. Its errors are those of TCP, not those of a pipe.
type clientConn struct {
	net.Conn

	reset    *atomic.Bool
	listener *listener
	closed   atomic.Bool
}

func (c *clientConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return n, c.failure("read", err)
}

func (c *clientConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, c.failure("write", err)
}

func (c *clientConn) failure(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case c.closed.Load():
		err = net.ErrClosed
	case c.reset.Load(), errors.Is(err, io.ErrClosedPipe):
		err = syscall.ECONNRESET
	case errors.Is(err, io.EOF):
		return io.EOF
	}
	return &net.OpError{Op: op, Net: "tcp", Err: err}
}

func (c *clientConn) Close() error {
	if !c.closed.Swap(true) {
		c.listener.open.Add(-1)
	}
	return c.Conn.Close()
}

// goroutinesLeft returns the stacks of the goroutines in the bubble of the caller, except its own.
func goroutinesLeft() []string {
	all := stacks(true)
	own := stacks(false)
	_, bubble, _ := strings.Cut(own, "synctest bubble ")
	bubble, _, _ = strings.Cut(bubble, "]")
	var left []string
	for stack := range strings.SplitSeq(all, "\n\n") {
		header, _, _ := strings.Cut(stack, "\n")
		own := slices.ContainsFunc([]string{"goroutinesLeft", "synctest.Run(", "synctest.testingSynctestTest", "http.(*conn).serve("},
			func(function string) bool { return strings.Contains(stack, function) })
		if strings.HasSuffix(header, "synctest bubble "+bubble+"]:") && !own {
			left = append(left, stack)
		}
	}
	return left
}

func stacks(all bool) string {
	for size := 1 << 16; ; size *= 2 {
		text := make([]byte, size)
		if n := runtime.Stack(text, all); n < size {
			return string(text[:n])
		}
	}
}

// lockedBuffer is a buffer that several goroutines write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
