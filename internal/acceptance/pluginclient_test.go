package acceptance

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
)

// pluginConfig returns the configuration with which Terraform starts a provider.
func pluginConfig(cmd *exec.Cmd) *plugin.ClientConfig {
	return &plugin.ClientConfig{
		Cmd: cmd,
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
			MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		VersionedPlugins: map[int]plugin.PluginSet{6: {"provider": connectionPlugin{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		Logger:           hclog.NewNullLogger(),
	}
}

// connectionPlugin has the connection as its client, because the client of the protocol is not exported.
type connectionPlugin struct{ plugin.NetRPCUnsupportedPlugin }

func (connectionPlugin) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.New("there is only a client")
}

func (connectionPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// connect starts the process of client and connects to it.
func connect(tb testing.TB, client *plugin.Client) *grpc.ClientConn {
	tb.Helper()
	protocol, err := client.Client()
	if err != nil {
		tb.Fatal(err)
	}
	dispensed, err := protocol.Dispense("provider")
	if err != nil {
		tb.Fatal(err)
	}
	conn, ok := dispensed.(*grpc.ClientConn)
	if !ok {
		tb.Fatalf("a client that is a %T", dispensed)
	}
	return conn
}

// message is a Protocol Buffers message of length-delimited fields, by field number.
type message map[protowire.Number][]byte

func (m message) encoded() []byte {
	var encoded []byte
	for number, value := range m {
		encoded = protowire.AppendBytes(protowire.AppendTag(encoded, number, protowire.BytesType), value)
	}
	return encoded
}

// config returns a JSON document as the message DynamicValue.
func config(document string) []byte { return message{2: []byte(document)}.encoded() }

// listing returns a request to ReadDataSource for the connections in acctest.Data.
func listing() message {
	return message{1: []byte("atlas_streams_connections"), 2: config(
		fmt.Sprintf(`{"project_id": %q, "instance_name": %q}`, acctest.ProjectID, acctest.InstanceName))}
}

// invoke calls a method of the plugin protocol 6 and returns the answer.
func invoke(tb testing.TB, conn *grpc.ClientConn, method string, request message) []byte {
	tb.Helper()
	var response []byte
	err := conn.Invoke(tb.Context(), "/tfplugin6.Provider/"+method, request.encoded(), &response,
		grpc.ForceCodec(bytesCodec{}), grpc.MaxCallRecvMsgSize(64<<20))
	if err != nil {
		tb.Fatal(err)
	}
	return response
}

// call invokes a method and fails if the answer has diagnostics.
func call(tb testing.TB, conn *grpc.ClientConn, method string, request message) {
	tb.Helper()
	diagnostics := map[string]protowire.Number{"GetProviderSchema": 4, "ConfigureProvider": 1, "ReadDataSource": 2}[method]
	for rest := invoke(tb, conn, method, request); len(rest) > 0; {
		number, _, length := protowire.ConsumeField(rest)
		if length < 0 || number == diagnostics {
			tb.Fatalf("%s: %q", method, rest)
		}
		rest = rest[length:]
	}
}

// bytesCodec leaves messages encoded.
type bytesCodec struct{}

func (bytesCodec) Marshal(v any) ([]byte, error) {
	encoded, ok := v.([]byte)
	if !ok {
		return nil, errors.New("a message that is not encoded")
	}
	return encoded, nil
}

func (bytesCodec) Unmarshal(encoded []byte, v any) error {
	to, ok := v.(*[]byte)
	if !ok {
		return errors.New("a message to decode")
	}
	*to = append([]byte(nil), encoded...)
	return nil
}

func (bytesCodec) Name() string { return "proto" }
