// What a function of ours does before its first event, in Node: load the SDK, make the clients, poll.

const http = require('node:http');

const clients = [];
try {
  clients.push(new (require('@aws-sdk/client-dynamodb').DynamoDBClient)({}));
  clients.push(new (require('@aws-sdk/client-sqs').SQSClient)({}));
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
}

http.get(`http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/next`);
