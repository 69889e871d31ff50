"""What a description in OpenAPI cannot say, for Schemathesis."""
import schemathesis
